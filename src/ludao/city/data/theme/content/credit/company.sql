-- title: { zh: 企业信用画像, en: Companies' credit }
-- row: { zh: 一家存续企业, en: one company in being }
-- key: [company_id]
-- fresh: daily
-- scope: { area: area_code }
-- columns:
--   company_id: { zh: 企业标识, en: Company }
--   credit_code: { zh: 统一社会信用代码, en: Credit code }
--   name: { zh: 名称, en: Name }
--   area_code: { zh: 所在社区, en: Community }
--   tax_band: { zh: 纳税信用等级, en: Tax credit band }
--   penalties: { zh: 行政处罚数, en: Penalties }
--   is_dishonest: { zh: 失信被执行, en: Dishonest debtor, grade: public }
--   insured: { zh: 参保人数, en: Insured employees }
--   credit_level: { zh: 信用分档, en: Credit level }
select c.company_id, c.credit_code, c.full_name as name, c.area_code, t.band as tax_band, coalesce(p.penalties, 0) as penalties,
       d.credit_code is not null as is_dishonest, coalesce(i.insured, 0) as insured,
       case when d.credit_code is not null or coalesce(p.penalties, 0) >= 3 or t.band = 'D' then '差'
            when t.band = 'A' and coalesce(p.penalties, 0) = 0 then '优'
            when t.band in ('A', 'B') and coalesce(p.penalties, 0) <= 1 then '良'
            else '中' end as credit_level
from data.enterprise.company c
left join (
    select credit_code, band, row_number() over (partition by credit_code order by year desc) as place
    from source.tax.taxpayer
) t on t.credit_code = c.credit_code and t.place = 1
left join (
    select credit_code, count(*) as penalties from source.market.penalty
    where decided_on >= current_date - interval '3 years' group by credit_code
) p on p.credit_code = c.credit_code
left join (
    select distinct credit_code from source.court.dishonest
    where credit_code is not null and removed_on is null
) d on d.credit_code = c.credit_code
left join (
    select credit_code, count(*) as insured from source.social.insurance
    where ended_on is null and credit_code is not null group by credit_code
) i on i.credit_code = c.credit_code
where c.status = '存续'
