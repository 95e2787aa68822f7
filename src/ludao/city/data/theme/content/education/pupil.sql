-- title: { zh: 在校学生, en: Pupils }
-- row: { zh: 一名在校学生, en: one pupil at a school }
-- key: [student_number]
-- fresh: weekly
-- columns:
--   student_number: { zh: 学籍号, en: Pupil }
--   person_id: { zh: 人员标识, en: Person }
--   school: { zh: 学校, en: School }
--   stage: { zh: 学段, en: Stage }
--   grade: { zh: 年级, en: Grade }
--   is_registered: { zh: 本市户籍, en: Registered in the city }
select p.student_number, l.person_id, p.school, p.stage, p.grade, h.person_id is not null as is_registered
from source.education.pupil p
left join data.person.record l on l.source = 'source.education.pupil' and l.record_key = p.student_number
left join (
    select distinct person_id from data.person.record where source = 'source.police.resident'
) h on h.person_id = l.person_id
where p.left_on is null
