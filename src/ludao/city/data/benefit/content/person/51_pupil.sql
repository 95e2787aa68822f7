-- source: { zh: 市教育局学籍, en: "Education: pupils" }
-- columns:
--   pupil_stage: { kind: text, zh: 在读学段, en: School stage, none: 无 }
--   school: { kind: text, zh: 学校, en: School }
select r.person_id, max_by(s.stage, s.enrolled_on) as pupil_stage, max_by(s.school, s.enrolled_on) as school
from source.education.pupil s join data.person.record r on r.source = 'source.education.pupil' and r.part = '' and r.record_key = s.student_number
where s.enrolled_on <= $on and (s.left_on is null or s.left_on >= $on)
group by r.person_id
