with

people as (
    select
        person_id,
        min(lead_id) as lead_id
    from identity.members
    where lead_id is not null
    group by person_id
    having count(*) > 1
),

members as (
    select
        members.contact_id,
        members.lead_id
    from identity.members as members
    inner join people on members.person_id = people.person_id
),

told as (
    select
        members.lead_id,
        members.contact_id,
        coalesce(records.modified_at, records.captured_at) as dated_at,
        coalesce(records.country, '') as phone_country,
        cast(records.employees as text) as size,
        cast(records.revenue as text) || ' ' || records.currency as turnover,
        cast(records.accepts_email as text) as reads_email,
        cast(records.accepts_calls as text) as takes_calls,
        records.*
    from entities.lead_records as records
    inner join members on concat('lead:', records.record_id) = members.contact_id
),

-- A row for each field; what a record does not say is null.
spelled as (
    select
        told.lead_id,
        told.contact_id,
        told.source,
        told.dated_at,
        told.phone_country,
        fields.field,
        case fields.field
            when 'full_name' then told.full_name
            when 'given_name' then told.given_name
            when 'family_name' then told.family_name
            when 'birth_date' then told.birth_date
            when 'registered_id' then told.registered_id
            when 'email' then told.email
            when 'phone' then told.phone
            when 'mobile' then told.mobile
            when 'company' then told.company
            when 'title' then told.title
            when 'website' then told.website
            when 'industry' then told.industry
            when 'street' then told.street
            when 'city' then told.city
            when 'region' then told.region
            when 'country' then told.country
            when 'postal_code' then told.postal_code
            when 'employees' then told.size
            when 'revenue' then told.turnover
            when 'accepts_email' then told.reads_email
            when 'accepts_calls' then told.takes_calls
        end as value
    from reference.survivorship as fields
    cross join told
    union all
    select
        members.lead_id,
        members.contact_id,
        links.source,
        links.linked_at,
        '',
        fields.field,
        case fields.field
            when 'full_name' then links.full_name
            when 'email' then links.email
            when 'phone' then links.phone
        end
    from reference.survivorship as fields
    cross join (
        entities.visitor_links as links
        inner join members on concat('form:', links.link_id) = members.contact_id
    )
)

select
    lead_id,
    contact_id,
    field,
    value,
    phone_country,
    source,
    dated_at
from spelled
where btrim(value) <> ''
