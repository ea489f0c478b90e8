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

-- Where a source never makes a link, there is none that could be broken.
linking as (
    select 'orders' as entity, source from orders where opportunity_id is not null
    union
    select 'opportunities', source from opportunities where record_id is not null
    union
    select 'leads', source from leads where is_touched
),

broken as (
    select
        orders.source,
        'orders' as entity,
        orders.order_id as entity_id,
        orders.opportunity_id as related_id,
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
    select source, 'leads', lead_id, cast(null as text), 'a lead without a touch'
    from leads
    where not is_touched
),

findings as (
    select broken.*
    from linking
    right semi join broken on linking.entity = broken.entity and linking.source = broken.source
)

select * from findings
