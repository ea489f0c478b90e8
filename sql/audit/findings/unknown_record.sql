with

named as (
    select source, 'activities' as entity, activity_id as entity_id, record_id
    from entities.activities
    union all
    select source, 'assignments', assignment_id, record_id
    from entities.assignments
    union all
    select source, 'campaign_members', campaign_member_id, record_id
    from entities.campaign_members
    union all
    select source, 'invoices', invoice_id, record_id
    from entities.invoices
    union all
    select source, 'opportunities', opportunity_id, record_id
    from entities.opportunities
    union all
    select source, 'orders', order_id, record_id
    from entities.orders
),

lead_records as (
    select record_id from entities.lead_records
),

-- Deleted there, dropped on the way, or in no export: nobody can say whose it was.
unknown as (
    select
        named.source,
        named.entity,
        named.entity_id,
        named.record_id as related_id,
        'names a lead record that was left out or never read' as evidence
    from named
    left anti join lead_records on named.record_id = lead_records.record_id
    where named.record_id is not null
)

select * from unknown
