with

records as (
    select record_id, lead_id from identity.records
),

opportunities as (
    select opportunity_id, record_id, source from entities.opportunities
),

orders as (
    select order_id, opportunity_id, source from entities.orders
),

touched as (
    select distinct lead_id from scoring.lead_visits
),

leads as (
    select
        leads.lead_id,
        leads.source,
        touched.lead_id is not null as is_touched
    from identity.leads as leads
    left join touched on leads.lead_id = touched.lead_id
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
),

links as (
    select 'orders' as entity, source, opportunity_id is not null as is_linked from orders
    union all
    select 'opportunities', source, record_id is not null from opportunities
    union all
    select 'leads', source, is_touched from leads
),

-- Where a source makes a link now and then, to make none is no break: a marketplace has deals with
-- few of the sellers whose orders it sees.
linking as (
    select
        entity,
        source
    from links
    group by entity, source
    having cast(count(*) filter (where is_linked) as double) / cast(count(*) as double)
        >= $linked_share
),

broken as (
    select
        orders.source,
        'orders' as entity,
        orders.order_id as entity_id,
        orders.opportunity_id as related_id,
        orders.opportunity_id is null as is_missing,
        case
            when orders.opportunity_id is null then 'an order without an opportunity'
            else 'an order of an opportunity that was left out or never read'
        end as evidence
    from orders
    left anti join opportunities on orders.opportunity_id = opportunities.opportunity_id
    union all
    select
        opportunities.source,
        'opportunities',
        opportunities.opportunity_id,
        opportunities.record_id,
        opportunities.record_id is null,
        case
            when opportunities.record_id is null then 'an opportunity without a lead'
            when records.record_id is null
                then 'an opportunity of a lead record that was left out or never read'
            else 'an opportunity of a lead record that is invalid'
        end
    from opportunities
    left join records on opportunities.record_id = records.record_id
    where records.lead_id is null
    union all
    select source, 'leads', lead_id, cast(null as text), true, 'a lead without a touch'
    from leads
    where not is_touched
),

-- A link that leads nowhere is broken wherever it is.
findings as (
    select
        broken.source,
        broken.entity,
        broken.entity_id,
        broken.related_id,
        broken.evidence
    from linking
    right join broken on linking.entity = broken.entity and linking.source = broken.source
    where linking.source is not null or not broken.is_missing
)

select * from findings
