-- title: { zh: 通办件, en: Cases between cities }
-- row: { zh: 一件跨城办理的办件, en: one case between two cities }
-- key: [number]
-- fresh: live
-- scope: { organisation: organisation }
-- columns: { number: { zh: 代办编号, en: Number }, is_out: { zh: 我方代收, en: Received here }, partner: { zh: 城市, en: City }, code: { zh: 事项编码, en: Item }, title: { zh: 事项, en: Item's name }, organisation: { zh: 经办单位, en: Organisation }, state: { zh: 状态, en: State }, due_on: { zh: 承诺办结, en: Promised by }, opened_at: { zh: 代收时间, en: Received }, changed_at: { zh: 更新时间, en: Changed } }
select r.number, r.is_out, p.code as partner, r.code, r.title, r.organisation, r.state, r.due_on, r.opened_at, r.changed_at
from services_channel_relay r
join services_channel_partner p on p.id = r.partner_id
