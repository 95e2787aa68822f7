-- source: { zh: 市残联残疾人证, en: "Disabled persons: certificates" }
-- columns:
--   disability_level: { kind: number, zh: 残疾等级, en: Level of disability, grade: sensitive, none: 0, unit: { zh: 级, en: level } }
--   disability_kind: { kind: text, zh: 残疾类别, en: Kind of disability, grade: sensitive, none: 无 }
select r.person_id, min(try_cast(s.level as integer)) as disability_level, min(s.kind) as disability_kind
from source.disabled.certificate s join data.person.record r on r.source = 'source.disabled.certificate' and r.record_key = s.certificate_number
where s.expires_on is null or s.expires_on >= $on
group by r.person_id
