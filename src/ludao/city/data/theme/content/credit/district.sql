-- title: { zh: 各区信用状况, en: Credit by district }
-- row: { zh: 一个区, en: one district }
-- key: [district_code]
-- fresh: daily
-- columns:
--   district_code: { zh: 区划代码, en: District, grade: public }
--   companies: { zh: 存续企业, en: Companies in being, grade: public }
--   excellent: { zh: 信用优, en: Excellent, grade: public }
--   poor: { zh: 信用差, en: Poor, grade: public }
--   dishonest: { zh: 失信被执行, en: Dishonest debtors, grade: public }
select substr(area_code, 1, 6) as district_code, count(*) as companies,
       count(*) filter (where credit_level = '优') as excellent, count(*) filter (where credit_level = '差') as poor,
       count(*) filter (where is_dishonest) as dishonest
from data.theme.credit_company
where area_code is not null
group by substr(area_code, 1, 6)
