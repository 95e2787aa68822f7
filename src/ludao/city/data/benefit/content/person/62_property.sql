-- source: { zh: 市资规局不动产, en: "Land: property" }
-- columns:
--   properties: { kind: number, zh: 名下住房套数, en: Flats owned, none: 0, unit: { zh: 套, en: flats } }
select r.person_id, count(*) as properties
from source.land.property s join data.person.record r on r.source = 'source.land.property' and r.record_key = s.unit_number
where s.kind = '住宅' and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
