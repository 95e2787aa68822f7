-- title: { zh: 各区免疫底数, en: Immunity by district }
-- row: { zh: 一个区, en: one district }
-- key: [district_code]
-- fresh: daily
-- columns:
--   district_code: { zh: 区划代码, en: District, grade: public }
--   residents: { zh: 居民数, en: Residents, grade: public }
--   immune: { zh: 完成基础免疫, en: Fully vaccinated, grade: public }
--   elderly: { zh: 60岁以上, en: Aged 60 and over, grade: public }
--   elderly_without: { zh: 60岁以上未接种, en: Aged 60 and over without a dose, grade: public }
select substr(area_code, 1, 6) as district_code, count(*) as residents,
       count(*) filter (where is_immune) as immune, count(*) filter (where age >= 60) as elderly,
       count(*) filter (where age >= 60 and doses = 0) as elderly_without
from data.theme.epidemic_immunity
where area_code is not null
group by substr(area_code, 1, 6)
