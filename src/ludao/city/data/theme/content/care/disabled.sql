-- title: { zh: 残疾人待遇, en: What the disabled receive }
-- row: { zh: 一本有效的残疾人证, en: one valid certificate of disability }
-- key: [certificate_id]
-- fresh: daily
-- columns:
--   certificate_id: { zh: 证件标识, en: Certificate }
--   person_id: { zh: 人员标识, en: Person }
--   kind: { zh: 残疾类别, en: Kind, grade: sensitive, mask: all }
--   level: { zh: 残疾等级, en: Level, grade: sensitive, mask: all }
--   has_aid: { zh: 低保或特困, en: Has living aid, grade: sensitive, mask: all }
select l.record_key as certificate_id, l.person_id, d.kind, d.level, a.person_id is not null as has_aid
from source.disabled.certificate d
join data.person.record l on l.source = 'source.disabled.certificate' and l.record_key = d.certificate_number
left join (
    select distinct l.person_id from data.person.record l
    join source.civil.aid x on l.source = 'source.civil.aid' and l.record_key = x.aid_number
    where x.ended_on is null
) a on a.person_id = l.person_id
where d.expires_on is null or d.expires_on >= current_date
