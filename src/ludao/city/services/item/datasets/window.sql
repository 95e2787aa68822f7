-- title: { zh: 大厅窗口, en: Windows of halls }
-- row: { zh: 一个大厅的一个窗口及现在的等候人数, en: one window of one hall, with how many wait for it now }
-- key: [hall_code, number]
-- fresh: live
-- scope: none
-- right: find
-- columns:
--   hall_code: { zh: 大厅, en: Hall }
--   number: { zh: 窗口号, en: Window }
--   name: { zh: 名称, en: Title }
--   call_lines: { zh: 叫号队列, en: Lines it calls }
--   is_open: { zh: 开放, en: Open }
--   waiting: { zh: 等候人数, en: Waiting }
select w.hall_id as hall_code, w.number, w.title as name, w.lines as call_lines, w.is_open,
    (select count(*) from services_item_ticket k where k.hall_id = w.hall_id and k.state = 'waiting'
        and k.day = (now() at time zone 'Asia/Shanghai')::date and position(k.line in w.lines) > 0) as waiting
from services_item_window w
