-- source: { zh: 市市场监管局登记, en: "Market regulation: register" }
-- columns:
--   kind: { kind: text, zh: 主体类型, en: Kind }
--   industry_code: { kind: text, zh: 行业代码, en: Industry code }
--   sector: { kind: text, zh: 行业大类, en: Sector }
--   capital_fen: { kind: money, zh: 注册资本, en: Capital }
--   founded_on: { kind: date, zh: 成立日期, en: Founded on }
--   is_active: { kind: boolean, zh: 存续, en: In being, none: false }
--   employees: { kind: number, zh: 从业人数, en: Employees, unit: { zh: 人, en: people } }
select r.company_id, max(s.kind) as kind, max(s.industry_code) as industry_code,
    max(case when s.division between '06' and '46' then '工业' when s.division between '47' and '50' then '建筑'
        when s.division = '51' then '批发' when s.division = '52' then '零售' when s.division between '53' and '60' then '交通物流'
        when s.division in ('61', '62') then '住宿餐饮' when s.division = '65' then '软件' else '其他' end) as sector,
    max(s.capital_fen) as capital_fen, min(s.founded_on) as founded_on, bool_or(s.status = '存续') as is_active,
    max(s.employees) as employees
from (select *, left(regexp_replace(industry_code, '^[A-T]', ''), 2) as division from source.market.enterprise) s
join data.enterprise.record r on r.source = 'source.market.enterprise' and r.record_key = s.credit_code
group by r.company_id
