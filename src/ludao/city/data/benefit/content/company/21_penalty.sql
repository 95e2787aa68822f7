-- source: { zh: 市市场监管局处罚, en: "Market regulation: penalties" }
-- columns:
--   penalties: { kind: number, zh: 近一年处罚次数, en: Penalties within a year, none: 0, unit: { zh: 次, en: times } }
select r.company_id, count(*) as penalties
from source.market.penalty s join data.enterprise.record r on r.source = 'source.market.penalty' and r.record_key = s.decision_number
where s.decided_on > $on - interval 1 year
group by r.company_id
