-- source: { zh: 市市场监管局登记, en: "Market regulation: register" }
-- columns:
--   business_on: { kind: date, zh: 名下企业成立日期, en: Own enterprise founded on }
--   businesses: { kind: number, zh: 担任法定代表人的存续企业, en: Enterprises in being as legal person, none: 0, unit: { zh: 家, en: enterprises } }
select r.person_id, min(s.founded_on) as business_on, count(*) as businesses
from source.market.enterprise s
join data.person.record r on r.source = 'source.market.enterprise' and r.part = 'legal_person' and r.record_key = s.credit_code
where s.status = '存续'
group by r.person_id
