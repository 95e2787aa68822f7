-- title: { zh: 企业新设与退出, en: Companies founded and gone }
-- row: { zh: 一个区一年设立的企业, en: the companies of one district founded in one year }
-- key: [district_code, year]
-- fresh: daily
-- columns:
--   district_code: { zh: 区划代码, en: District, grade: public }
--   year: { zh: 设立年, en: Year, grade: public }
--   founded: { zh: 新设, en: Founded, grade: public }
--   gone: { zh: 其中已注销或吊销, en: Since closed or revoked, grade: public }
--   capital_fen: { zh: 注册资本, en: Capital, grade: public, unit: 分 }
select substr(area_code, 1, 6) as district_code, cast(extract(year from founded_on) as bigint) as year,
       count(*) as founded, count(*) filter (where status in ('注销', '吊销')) as gone,
       cast(sum(capital_fen) as bigint) as capital_fen
from source.market.enterprise
where area_code is not null and founded_on is not null
group by substr(area_code, 1, 6), cast(extract(year from founded_on) as bigint)
