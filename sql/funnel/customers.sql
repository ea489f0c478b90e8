with

orders as (
    select
        customer_id,
        max(account_id) as account_id,
        first_value(lead_id order by ordered_date, order_id)
            filter (where lead_id is not null) as lead_id,
        count(*) as orders,
        case when count(*) = count(value) then cast(sum(value) as decimal(28,4)) end as value,
        min(ordered_date) as first_order_date,
        max(ordered_date) as last_order_date
    from funnel.orders
    where customer_id is not null
    group by customer_id
),

segments as (
    select lead_id, part as segment from funnel.lead_dimensions where dimension = 'segment'
),

-- Whoever sent somebody else speaks for us.
referrers as (
    select
        coalesce(accounts.account_id, referrers.person_id) as customer_id,
        count(distinct sent.lead_id) as referred
    from entities.referrals as referrals
    inner join identity.members as referrers
        on concat('lead:', referrals.referrer_id) = referrers.contact_id
    inner join identity.members as sent on concat('lead:', referrals.record_id) = sent.contact_id
    inner join identity.leads as leads on sent.lead_id = leads.lead_id
    left join identity.person_accounts as accounts on referrers.person_id = accounts.person_id
    where referrers.person_id <> sent.person_id
        and cast(leads.captured_at at time zone $time_zone as date) <= $as_of
    group by coalesce(accounts.account_id, referrers.person_id)
),

customers as (
    select
        orders.customer_id,
        orders.account_id,
        orders.lead_id,
        coalesce(segments.segment, '(unknown)') as segment,
        orders.orders,
        coalesce(referrers.referred, 0) as referred,
        orders.value,
        orders.first_order_date,
        orders.last_order_date
    from orders
    left join segments on orders.lead_id = segments.lead_id
    left join referrers on orders.customer_id = referrers.customer_id
)

select * from customers
