with

members as (
    select * from identity.members where lead_id is not null
),

-- Steps of a sale inside an opportunity, by the words CRMs have for them.
entries as (
    select
        members.lead_id,
        names.stage,
        min(history.opportunity_id) as opportunity_id,
        'native' as evidence,
        'second' as time_precision,
        min(history.changed_by) as changed_by,
        history.entered_at
    from entities.opportunity_stages as history
    inner join reference.opportunity_stages as names on lower(btrim(history.stage)) = names.name
    inner join entities.opportunities as opportunities
        on history.opportunity_id = opportunities.opportunity_id
    inner join members on concat('lead:', opportunities.record_id) = members.contact_id
    where names.stage is not null
    group by members.lead_id, names.stage, history.entered_at
)

select * from entries
