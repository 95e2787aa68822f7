-- What one person holds under one post at one moment: the roles in force, the elevated session, what others lent.
-- A function, because its plan is kept: planning costs twenty times what running does.
create or replace function permission_held(of_person bigint, of_post bigint, at timestamptz, today date)
returns table (
    tree bigint, apart text[], is_staff boolean, kind text, id bigint, post bigint, role text, of_right text,
    starts_at timestamptz, ends_at timestamptz, organisation text, area text, organisation_lent text, area_lent text
)
language plpgsql stable as $$
#variable_conflict use_column
begin
    return query
    select v.number, v.apart, p.id is not null, g.*
    from (
        select (select coalesce(max(number), 0) from identity_treeversion) as number,
               (select array_agg(one || ' ' || other) from permission_separation where ended_at is null) as apart
    ) v
    left join identity_person w on w.id = of_person and w.is_active
    left join identity_post p on p.id = of_post and p.person_id = w.id
        and p.since <= today and (p.until is null or p.until >= today)
    left join (
        select 'holding', h.id, h.post_id, h.role::text, '', h.starts_at, h.ends_at,
               h.organisation_id::text, h.area_id::text, null::text, null::text
        from permission_holding h
        where h.post_id = of_post and h.approved_at is not null and not h.is_on_request
            and h.starts_at <= at and (h.ends_at is null or h.ends_at > at)
        union all
        select 'elevation', e.id, h.post_id, h.role::text, '', e.starts_at, least(e.ends_at, h.ends_at),
               h.organisation_id::text, h.area_id::text, null, null
        from permission_elevation e
        join permission_holding h on h.id = e.holding_id
        where h.post_id = of_post and e.person_id = of_person and h.approved_at is not null
            and e.starts_at <= at and e.ends_at > at and (h.ends_at is null or h.ends_at > at)
        union all
        select 'delegation', d.id, h.post_id, h.role::text, d."right"::text, d.starts_at, least(d.ends_at, h.ends_at),
               h.organisation_id::text, h.area_id::text, d.organisation_id::text, d.area_id::text
        from permission_delegation d
        join permission_holding h on h.id = d.holding_id
        join identity_post l on l.id = h.post_id and l.person_id = d.given_by_id
            and l.since <= today and (l.until is null or l.until >= today)
        where d.post_id = of_post and h.approved_at is not null and not h.is_on_request
            and d.starts_at <= at and d.ends_at > at
            and h.starts_at <= at and (h.ends_at is null or h.ends_at > at)
    ) g (kind, id) on p.id is not null
    order by g.kind desc, g.id;
end $$;
