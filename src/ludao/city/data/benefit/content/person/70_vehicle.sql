-- source: { zh: 市公安局机动车, en: "Traffic: vehicles" }
-- columns:
--   vehicles: { kind: number, zh: 名下机动车, en: Vehicles owned, none: 0, unit: { zh: 辆, en: vehicles } }
--   new_energy_on: { kind: date, zh: 新能源车登记日期, en: New-energy car registered on }
select r.person_id, count(*) as vehicles,
    max(case when s.energy like '%电%' or s.energy like '%新能源%' then s.registered_on end) as new_energy_on
from source.traffic.vehicle s join data.person.record r on r.source = 'source.traffic.vehicle' and r.record_key = s.plate
group by r.person_id
