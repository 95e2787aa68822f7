-- source: { zh: 市税务局个人所得税, en: Income tax }
-- columns:
--   income_fen: { kind: money, zh: 上年申报收入, en: Income declared last year, grade: sensitive, none: 0 }
select r.person_id, sum(s.income_fen) as income_fen
from source.tax.income s
join data.person.record r on r.source = 'source.tax.income'
    and r.record_key = concat_ws('|', cast(s.id_number as varchar), cast(s.year as varchar))
where try_cast(s.year as integer) = date_part('year', $on) - 1
group by r.person_id
