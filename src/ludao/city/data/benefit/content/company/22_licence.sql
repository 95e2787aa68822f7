-- source: { zh: 市市场监管局许可, en: "Market regulation: licences" }
-- columns:
--   licences: { kind: number, zh: 有效许可证数, en: Licences in force, none: 0, unit: { zh: 个, en: licences } }
select r.company_id, count(*) as licences
from source.market.licence s join data.enterprise.record r on r.source = 'source.market.licence' and r.record_key = s.licence_number
where s.expires_on is null or s.expires_on >= $on
group by r.company_id
