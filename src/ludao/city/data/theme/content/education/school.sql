-- title: { zh: 学校规模, en: Schools }
-- row: { zh: 一所学校的一个学段, en: one stage of one school }
-- key: [school, stage]
-- fresh: weekly
-- columns:
--   school: { zh: 学校, en: School }
--   stage: { zh: 学段, en: Stage }
--   pupils: { zh: 在校人数, en: Pupils, grade: public }
--   registered: { zh: 本市户籍, en: Registered in the city, grade: public }
select school, stage, count(*) as pupils, count(*) filter (where is_registered) as registered
from data.theme.education_pupil
where school is not null and stage is not null
group by school, stage
