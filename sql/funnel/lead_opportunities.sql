with

members as (
    select
        contact_id,
        lead_id
    from identity.members
    where lead_id is not null
),

links as (
    select
        opportunity_id,
        concat('lead:', record_id) as contact_id,
        true as is_made
    from entities.opportunities
    union all
    select
        opportunity_id,
        concat('lead:', record_id),
        false
    from entities.opportunity_contacts
),

linked as (
    select
        members.lead_id,
        links.opportunity_id,
        bool_or(links.is_made) as is_made
    from links
    inner join members on links.contact_id = members.contact_id
    group by members.lead_id, links.opportunity_id
),

-- A deal that was there before the lead was not made by it, whatever its CRM has linked.
placed as (
    select
        linked.lead_id,
        linked.opportunity_id,
        case
            when linked.is_made
                and coalesce(
                    cast(opportunities.created_at at time zone $time_zone as date)
                        >= cast(leads.captured_at at time zone $time_zone as date),
                    true
                ) then 'new opportunity'
            else 'existing opportunity'
        end as conversion_kind,
        linked.is_made,
        cast(opportunities.created_at at time zone $time_zone as date) as created_date
    from linked
    inner join identity.leads as leads on linked.lead_id = leads.lead_id
    inner join entities.opportunities as opportunities
        on linked.opportunity_id = opportunities.opportunity_id
)

select * from placed
where created_date <= $as_of or created_date is null
