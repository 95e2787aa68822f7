-- title: { zh: 免填率, en: Share of fields filled }
-- row: { zh: 一个表单或事项的一个月, en: one form or item in one month }
-- key: [about, month]
-- fresh: live
-- scope: none
-- columns:
--   about: { zh: 表单或事项, en: Form or item }
--   month: { zh: 月份, en: Month }
--   title: { zh: 名称, en: Title }
--   times: { zh: 次数, en: Times }
--   asked: { zh: 要填的项, en: Fields asked }
--   filled: { zh: 已填好的项, en: Fields filled }
--   share: { zh: 免填率（‰）, en: "Share filled (per mille)" }
select s.about, s.month, s.title_zh as title, s.times, s.asked, s.filled, s.share
from services_sharing_share s
