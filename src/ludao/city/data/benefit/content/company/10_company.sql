-- source: { zh: 一企一档, en: One file per enterprise }
-- columns:
--   credit_code: { kind: text, zh: 统一社会信用代码, en: Unified social credit code }
--   name: { kind: text, zh: 名称, en: Name }
--   area_code: { kind: text, zh: 所在社区, en: Community }
--   district: { kind: text, zh: 所在区, en: District }
select company_id, credit_code, full_name as name, area_code, case left(area_code, 6) when '350203' then '思明区' when '350205' then '海沧区' when '350206' then '湖里区' when '350211' then '集美区' when '350212' then '同安区' when '350213' then '翔安区' end as district
from data.enterprise.company
