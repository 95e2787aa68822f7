-- title: { zh: 一件事, en: One-things }
-- row: { zh: 一个把几个部门的事项合成一次申请的“一件事”, en: one application that settles items of several departments at once }
-- key: [code]
-- fresh: live
-- scope: none
-- right: find
-- columns:
--   code: { zh: 事项编码, en: Code }
--   name_zh: { zh: 事项名称, en: Name }
--   name_en: { zh: 英文名称, en: Name in English }
--   served: { zh: 服务对象, en: For }
--   events: { zh: 人生大事, en: Life events }
--   promised_days: { zh: 承诺时限（工作日）, en: Working days promised }
--   is_online: { zh: 可网上申请, en: Online }
--   parts: { zh: 联办事项数, en: Items joined }
--   departments_zh: { zh: 联办部门, en: Departments in Chinese }
--   departments_en: { zh: 联办部门（英文）, en: Departments in English }
--   papers: { zh: 材料数, en: Papers }
--   spared: { zh: 免交材料数, en: Papers not asked for }
select i.code, i.name_zh, i.name_en, i.object as served, array_to_string(i.events, ' ') as events, i.promised_days,
    i.is_online, i.parts, d.departments_zh, d.departments_en, m.papers, m.spared
from services_item_item i
join services_item_version v on v.item_id = i.id and v.state = 'published'
cross join lateral (
    select string_agg(zh, '、' order by at) as departments_zh, string_agg(en, ', ' order by at) as departments_en
    from (
        select part ->> 'note_zh' as zh, coalesce(nullif(max(part ->> 'note_en'), ''), part ->> 'note_zh') as en, min(n) as at
        from jsonb_array_elements(v.facts -> 'parts') with ordinality p(part, n)
        where coalesce(part ->> 'note_zh', '') <> '' group by part ->> 'note_zh'
    ) s
) d
cross join lateral (
    select count(*)::int as papers,
        (count(*) filter (where coalesce(paper ->> 'held', '') <> '' or coalesce(paper ->> 'licence', '') <> ''))::int as spared
    from jsonb_array_elements(coalesce(v.facts -> 'materials', '[]')) paper
) m
where i.state = 'published' and i.parts > 0
