-- source: { zh: 市建设局租赁备案, en: "Construction: registered leases" }
-- columns:
--   rents: { kind: boolean, zh: 有租赁备案, en: Has a registered lease, none: false }
--   rent_fen: { kind: money, zh: 月租金, en: Rent a month, none: 0 }
select r.person_id, true as rents, sum(s.rent_fen) as rent_fen
from source.construction.lease s join data.person.record r on r.source = 'source.construction.lease' and r.record_key = s.lease_number
where s.began_on <= $on and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
