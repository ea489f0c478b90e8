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
),

said as (
    select
        *,
        lower(regexp_replace(btrim(nfkc(value)), '\s+', ' ', 'g')) as spelling
    from spelled
    where btrim(value) <> ''
),

names as (
    select full_name, is_partial, is_placeholder from identity.person_names
),

-- What nobody can be reached or called by is told and never survives; a part of a name only for want of a whole one.
judged as (
    select
        said.lead_id,
        said.contact_id,
        said.field,
        said.value,
        case
            when said.field = 'email' then emails.address
            when said.field in ('phone', 'mobile') then phones.e164
            when said.field = 'company' then companies.company_key
            else said.spelling
        end as spelling,
        case
            when said.field = 'email' then case when emails.address is null then 0 else 2 end
            when said.field in ('phone', 'mobile')
                then case when phones.e164 is null then 0 else 2 end
            when said.field = 'company'
                then case when coalesce(companies.is_placeholder, true) then 0 else 2 end
            when said.field = 'full_name' and names.is_placeholder then 0
            when said.field = 'full_name' and names.is_partial then 1
            else 2
        end as quality,
        said.source,
        said.dated_at
    from said
    left join identity.emails as emails
        on said.field = 'email' and said.value = emails.email
    left join identity.phones as phones
        on said.field in ('phone', 'mobile')
            and said.value = phones.phone
            and said.phone_country = phones.country
            and said.source = phones.source
    left join identity.company_names as companies
        on said.field = 'company' and said.value = companies.company
    left join names on said.field = 'full_name' and said.value = names.full_name
)

select * from judged
