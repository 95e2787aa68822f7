-- source: { zh: 市住房局公租房, en: "Housing: public rental" }
-- columns:
--   in_public_rental: { kind: boolean, zh: 承租公租房, en: Rents public housing, none: false }
--   public_rent_fen: { kind: money, zh: 公租房月租金, en: Public rent a month, none: 0 }
select r.person_id, true as in_public_rental, sum(s.rent_fen) as public_rent_fen
from source.housing.rental s join data.person.record r on r.source = 'source.housing.rental' and r.record_key = s.contract_number
where s.began_on <= $on and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
