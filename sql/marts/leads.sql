with

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
            when least(people.bought_at, employers.bought_at) < leads.captured_at
                then 'expansion'
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
    left join funnel.first_purchases as people
        on leads.person_id = people.buyer_id and people.kind = 'person'
    left join identity.lead_accounts as accounts on leads.lead_id = accounts.lead_id
    left join funnel.first_purchases as employers
        on accounts.account_id = employers.buyer_id and employers.kind = 'account'
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
