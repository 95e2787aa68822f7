-- source: { zh: 一人一档, en: One file per person }
-- columns:
--   id_number: { kind: text, zh: 公民身份号码, en: Citizen id number, grade: sensitive }
--   name: { kind: text, zh: 姓名, en: Name, grade: sensitive }
--   birth_on: { kind: date, zh: 出生日期, en: Born on, grade: sensitive }
--   age: { kind: number, zh: 年龄, en: Age, unit: { zh: 岁, en: years } }
--   sex: { kind: text, zh: 性别, en: Sex }
--   area_code: { kind: text, zh: 所在社区, en: Community }
--   district: { kind: text, zh: 所在区, en: District }
select person_id, id_number, name, cast(birth_on as date) as birth_on,
    date_part('year', age($on, cast(birth_on as date))) as age, sex, area_code,
    case left(area_code, 6) when '350203' then '思明区' when '350205' then '海沧区' when '350206' then '湖里区' when '350211' then '集美区' when '350212' then '同安区' when '350213' then '翔安区' end as district
from data.person.resident
