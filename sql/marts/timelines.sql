with

records as (
    select * from identity.records where lead_id is not null
),

opportunities as (
    select * from entities.opportunities
),

orders as (
    select
        orders.order_id,
        coalesce(orders.record_id, opportunities.record_id) as record_id,
        orders.kind,
        orders.currency,
        orders.amount,
        orders.ordered_at
    from opportunities
    right join entities.orders as orders on opportunities.opportunity_id = orders.opportunity_id
),

-- One part per kind of event, without what people typed freely.
record_events as (
    select
        record_id,
        'record' as kind,
        record_id as event_id,
        outcome as detail,
        cast(null as text) as actor_id,
        cast(null as text) as currency,
        cast(null as decimal(18,4)) as amount,
        captured_at as happened_at
    from records
    union all
    select
        record_id,
        'assignment' as kind,
        assignment_id,
        kind as detail,
        to_owner_id,
        null,
        null,
        assigned_at
    from entities.assignments
    union all
    select record_id, 'enrolment', enrolment_id, arm, null, null, null, enrolled_at
    from entities.enrolments
    union all
    select
        record_id,
        'activity' as kind,
        activity_id,
        concat_ws(', ', kind, direction, case when is_automated then 'automated' end),
        owner_id,
        null,
        null,
        occurred_at
    from entities.activities
    where coalesce(is_done, true)
    union all
    select record_id, 'opportunity', opportunity_id, product_line, owner_id, null, null, created_at
    from opportunities
    union all
    select
        record_id,
        'closing',
        opportunity_id,
        case when is_won then 'won' else 'lost' end,
        owner_id,
        currency,
        amount,
        closed_at
    from opportunities
    where is_won is not null
    union all
    select
        opportunities.record_id,
        'quote',
        quotes.quote_id,
        quotes.outcome,
        null,
        quotes.currency,
        quotes.amount,
        quotes.quoted_at
    from opportunities
    inner join entities.quotes as quotes on opportunities.opportunity_id = quotes.opportunity_id
    union all
    select
        record_id,
        'order' as kind,
        order_id,
        kind as detail,
        null,
        currency,
        amount,
        ordered_at
    from orders
    union all
    select
        coalesce(invoices.record_id, orders.record_id),
        'invoice',
        invoices.invoice_id,
        orders.order_id,
        invoices.owner_id,
        invoices.currency,
        invoices.amount,
        invoices.invoiced_at
    from orders
    right join entities.invoices as invoices on orders.order_id = invoices.order_id
    union all
    select
        orders.record_id,
        payments.kind,
        payments.payment_id,
        orders.order_id,
        null,
        payments.currency,
        payments.amount,
        payments.paid_at
    from orders
    inner join entities.payments as payments on orders.order_id = payments.order_id
),

events as (
    select
        records.lead_id,
        record_events.kind,
        record_events.event_id,
        record_events.detail,
        record_events.actor_id,
        record_events.currency,
        cast(null as decimal(18,4)) as points,
        record_events.amount,
        record_events.happened_at
    from records
    inner join record_events on records.record_id = record_events.record_id
    union all
    select
        lead_id,
        'touch' as kind,
        touch_id,
        concat_ws(', ', kind, channel, page),
        null,
        null,
        null,
        null,
        touched_at
    from scoring.lead_visits
    union all
    select
        lead_id,
        'score',
        rules_version,
        concat(cause, ', grade ', grade),
        null,
        null,
        total,
        null,
        told_at
    from scoring.score_history
    where cause <> 'asked'
    union all
    select
        lead_id,
        'stage',
        concat_ws(':', rule, stage),
        stage,
        changed_by,
        null,
        null,
        null,
        entered_at
    from funnel.stage_entries
    where stage not in ('invalid', 'duplicate')
)

select *
from events
where cast(happened_at at time zone $time_zone as date) <= $as_of
