with

leads as (
    select
        lead_id,
        source
    from identity.leads
),

-- What a lead says of itself, and what its account adds.
known as (
    select
        leads.source,
        own.attribute,
        1 as known_before,
        0 as filled_by_accounts,
        0 as filled_by_leads,
        0 as compared,
        0 as differing
    from leads
    inner join identity.company_values as own
        on own.provider = 'lead' and leads.lead_id = own.record_id
    union all
    select
        leads.source,
        offers.attribute,
        0,
        case when offers.outcome = 'filled' and offers.provider = 'account' then 1 else 0 end,
        case when offers.outcome = 'filled' and offers.provider = 'lead' then 1 else 0 end,
        case when offers.outcome in ('agrees', 'differs') then 1 else 0 end,
        case when offers.outcome = 'differs' then 1 else 0 end
    from leads
    inner join identity.lead_enrichment as offers on leads.lead_id = offers.lead_id
),

counted as (
    select
        attribute,
        source,
        sum(known_before) as known_before,
        sum(filled_by_accounts) as filled_by_accounts,
        sum(filled_by_leads) as filled_by_leads,
        sum(compared) as compared,
        sum(differing) as differing
    from known
    group by attribute, source
),

sizes as (
    select
        source,
        count(*) as leads
    from leads
    group by source
),

-- An attribute that no lead of a source has, and no account, is a row of noughts.
every as (
    select
        attributes.attribute,
        sizes.source,
        sizes.leads
    from sizes
    cross join reference.company_attributes as attributes
),

summed as (
    select
        every.attribute,
        coalesce(every.source, '(all)') as source,
        sum(every.leads) as leads,
        sum(coalesce(counted.known_before, 0)) as known_before,
        sum(coalesce(counted.filled_by_accounts, 0)) as filled_by_accounts,
        sum(coalesce(counted.filled_by_leads, 0)) as filled_by_leads,
        sum(coalesce(counted.compared, 0)) as compared,
        sum(coalesce(counted.differing, 0)) as differing
    from every
    left join counted
        on every.attribute = counted.attribute and every.source = counted.source
    group by grouping sets ((every.attribute, every.source), (every.attribute))
),

rates as (
    select
        attribute,
        source,
        leads,
        known_before,
        filled_by_accounts,
        filled_by_leads,
        known_before + filled_by_accounts + filled_by_leads as known_after,
        compared,
        differing,
        cast(known_before as double) / cast(leads as double) as fill_rate_before,
        cast(known_before + filled_by_accounts + filled_by_leads as double)
            / cast(leads as double) as fill_rate_after,
        case when compared > 0
            then cast(differing as double) / cast(compared as double) end as conflict_rate
    from summed
)

select * from rates
