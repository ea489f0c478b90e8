with

bought as (
    select record_id, ordered_at as bought_at
    from entities.orders
    where record_id is not null
    union all
    select record_id, closed_at
    from entities.opportunities
    where record_id is not null and is_won
),

customers as (
    select
        members.person_id,
        min(bought.bought_at) as first_bought_at
    from bought
    inner join identity.members as members
        on concat('lead:', bought.record_id) = members.contact_id
    group by members.person_id
),

-- What anybody of the company bought, and what was sold to it without naming anybody.
account_purchases as (
    select
        accounts.account_id,
        customers.first_bought_at as bought_at
    from customers
    inner join identity.person_accounts as accounts on customers.person_id = accounts.person_id
    union all
    select
        accounts.account_id,
        opportunities.closed_at
    from entities.opportunities as opportunities
    inner join identity.opportunity_accounts as accounts
        on opportunities.opportunity_id = accounts.opportunity_id
    where opportunities.is_won
),

account_customers as (
    select
        account_id,
        min(bought_at) as first_bought_at
    from account_purchases
    where account_id is not null
    group by account_id
),

-- One record with an address that works is enough.
reachable as (
    select
        lead_id,
        count(*) as records,
        bool_or(email_state in ('usable', 'unknown') or phone_state in ('usable', 'unknown'))
            as has_contact,
        bool_or(email_state = 'usable' or phone_state = 'usable') as is_reached
    from marts.lead_records
    where lead_id is not null
    group by lead_id
),

conflicts as (
    select
        lead_id,
        count(*) as conflicts
    from identity.golden_values
    where spelling_count > 1
    group by lead_id
),

alike as (
    select
        attributes.lead_id,
        exact_sum(lookalikes.weight_of_evidence) as lookalike
    from funnel.lead_attributes as attributes
    inner join marts.lookalikes as lookalikes
        on attributes.attribute = lookalikes.attribute
            and attributes.value = lookalikes.value
    group by attributes.lead_id
),

leads as (
    select
        leads.lead_id,
        leads.person_id,
        leads.source,
        leads.channel,
        captures.capture_method,
        captures.class_at_capture,
        leads.owner_id,
        leads.title,
        leads.industry,
        leads.region,
        leads.employees,
        leads.mailbox,
        reachable.records,
        reachable.has_contact,
        reachable.is_reached,
        coalesce(conflicts.conflicts, 0) as conflicts,
        accounts.account_id,
        companies.related_won,
        case
            when least(customers.first_bought_at, account_customers.first_bought_at)
                < leads.captured_at then 'expansion'
            else 'new'
        end as lead_kind,
        conversions.conversion_kind,
        fields.completeness,
        alike.lookalike,
        conversions.opportunity_date,
        leads.captured_at
    from identity.leads as leads
    inner join reachable on leads.lead_id = reachable.lead_id
    inner join funnel.captures as captures on leads.lead_id = captures.record_id
    inner join funnel.lead_conversions as conversions on leads.lead_id = conversions.lead_id
    inner join funnel.filled_fields as fields on leads.lead_id = fields.lead_id
    left join customers on leads.person_id = customers.person_id
    left join identity.lead_accounts as accounts on leads.lead_id = accounts.lead_id
    left join account_customers on accounts.account_id = account_customers.account_id
    left join marts.accounts as companies on accounts.account_id = companies.account_id
    left join conflicts on leads.lead_id = conflicts.lead_id
    left join alike on leads.lead_id = alike.lead_id
)

select
    lead_id,
    person_id,
    account_id,
    source,
    channel,
    capture_method,
    class_at_capture,
    owner_id,
    title,
    industry,
    region,
    employees,
    mailbox,
    records,
    has_contact,
    is_reached,
    conflicts,
    lead_kind,
    conversion_kind,
    has_contact and lead_kind = 'new' as is_lead,
    related_won,
    completeness,
    lookalike,
    opportunity_date,
    captured_at
from leads
