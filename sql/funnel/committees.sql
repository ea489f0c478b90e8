with

roles as (
    select * from reference.buying_roles
),

required as (
    select count(distinct role) as roles
    from roles
    where is_required
),

members as (
    select
        contacts.opportunity_id,
        contacts.source,
        contacts.record_id,
        roles.role,
        coalesce(roles.is_required, false) as is_required,
        contacts.role is not null as has_word
    from entities.opportunity_contacts as contacts
    left join roles on lower(btrim(nfkc(contacts.role))) = roles.word
),

-- Where a source keeps no roles, nobody knows who decides; where it does, an empty deal says so.
tellers as (
    select distinct source from members where has_word
),

counted as (
    select
        opportunity_id,
        count(*) as people,
        count(*) filter (where has_word and role is null) as unknown_roles,
        count(distinct role) as roles,
        count(distinct case when is_required then role end) as required_roles
    from members
    group by opportunity_id
),

committees as (
    select
        opportunities.opportunity_id,
        coalesce(counted.people, 0) as people,
        coalesce(counted.unknown_roles, 0) as unknown_roles,
        case when tellers.source is not null then coalesce(counted.roles, 0) end as roles_engaged,
        case when tellers.source is not null
            then cast(coalesce(counted.required_roles, 0) as double)
                / nullif(cast(required.roles as double), 0.0) end as committee_coverage
    from required
    cross join entities.opportunities as opportunities
    left join counted on opportunities.opportunity_id = counted.opportunity_id
    left join tellers on opportunities.source = tellers.source
)

select * from committees
