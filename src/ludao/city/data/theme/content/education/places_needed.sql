-- title: { zh: 小学学位需求, en: Places needed at primary schools }
-- row: { zh: 一个区一年满六周岁的儿童, en: the children of one district who turn six in one year }
-- key: [district_code, enrolment_year]
-- fresh: monthly
-- columns:
--   district_code: { zh: 区划代码, en: District, grade: public }
--   enrolment_year: { zh: 入学年, en: Year of enrolment, grade: public }
--   children: { zh: 儿童数, en: Children, grade: public }
select substr(area_code, 1, 6) as district_code, cast(extract(year from birth_on) + 6 as bigint) as enrolment_year,
       count(*) as children
from data.person.resident
where coalesce(status, '') not in ('死亡', '注销')
  and area_code is not null and extract(year from birth_on) + 6 >= extract(year from current_date)
group by substr(area_code, 1, 6), cast(extract(year from birth_on) + 6 as bigint)
