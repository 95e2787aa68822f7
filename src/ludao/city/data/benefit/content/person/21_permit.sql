-- source: { zh: 市公安局居住证, en: "Police: residence permits" }
-- columns:
--   has_permit: { kind: boolean, zh: 持有效居住证, en: Holds a residence permit, none: false }
--   permit_on: { kind: date, zh: 居住证签发日期, en: Permit issued on }
select r.person_id, bool_or(s.expires_on is null or s.expires_on >= $on) as has_permit,
    min(s.issued_on) as permit_on
from source.police.permit s join data.person.record r on r.source = 'source.police.permit' and r.record_key = s.permit_number
group by r.person_id
