-- title: { zh: 大厅排队, en: Tickets of halls }
-- row: { zh: 一个排队号, en: one ticket }
-- key: [ticket_id]
-- fresh: live
-- scope: { organisation: hall_code }
-- columns:
--   ticket_id: { zh: 编号, en: Ticket }
--   hall_code: { zh: 大厅, en: Hall }
--   day: { zh: 日期, en: Day }
--   line: { zh: 队列, en: Line }
--   number: { zh: 序号, en: Number }
--   item_code: { zh: 事项, en: Item }
--   state: { zh: 状态, en: State }
--   waited_s: { zh: 等候秒数, en: Seconds waited }
--   taken_at: { zh: 取号时间, en: Drawn }
--   called_at: { zh: 叫号时间, en: Called }
--   done_at: { zh: 办完时间, en: Done }
select k.id as ticket_id, k.hall_id as hall_code, k.day, k.line, k.number, coalesce(i.code, '') as item_code, k.state,
    extract(epoch from k.called_at - k.taken_at)::int as waited_s, k.taken_at, k.called_at, k.done_at
from services_item_ticket k left join services_item_item i on i.id = k.item_id
