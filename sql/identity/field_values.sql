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

leads as (
    select
        members.lead_id,
        members.contact_id,
        coalesce(records.modified_at, records.captured_at) as dated_at,
        coalesce(records.country, '') as phone_country,
        records.*
    from entities.lead_records as records
    inner join members on concat('lead:', records.record_id) = members.contact_id
),

forms as (
    select
        members.lead_id,
        members.contact_id,
        links.linked_at as dated_at,
        '' as phone_country,
        links.source,
        links.full_name,
        links.email,
        links.phone
    from entities.visitor_links as links
    inner join members on concat('form:', links.link_id) = members.contact_id
),

-- A row for each field; what a record does not say is null.
told as (
    select
        lead_id,
        contact_id,
        source,
        dated_at,
        phone_country,
        unnest([
            named_struct('field', 'full_name', 'value', full_name),
            named_struct('field', 'given_name', 'value', given_name),
            named_struct('field', 'family_name', 'value', family_name),
            named_struct('field', 'birth_date', 'value', birth_date),
            named_struct('field', 'registered_id', 'value', registered_id),
            named_struct('field', 'email', 'value', email),
            named_struct('field', 'phone', 'value', phone),
            named_struct('field', 'mobile', 'value', mobile),
            named_struct('field', 'company', 'value', company),
            named_struct('field', 'title', 'value', title),
            named_struct('field', 'website', 'value', website),
            named_struct('field', 'industry', 'value', industry),
            named_struct('field', 'street', 'value', street),
            named_struct('field', 'city', 'value', city),
            named_struct('field', 'region', 'value', region),
            named_struct('field', 'country', 'value', country),
            named_struct('field', 'postal_code', 'value', postal_code),
            named_struct('field', 'employees', 'value', cast(employees as text)),
            named_struct('field', 'revenue', 'value', cast(revenue as text) || ' ' || currency),
            named_struct('field', 'accepts_email', 'value', cast(accepts_email as text)),
            named_struct('field', 'accepts_calls', 'value', cast(accepts_calls as text))
        ]) as pair
    from leads
    union all
    select
        lead_id,
        contact_id,
        source,
        dated_at,
        phone_country,
        unnest([
            named_struct('field', 'full_name', 'value', full_name),
            named_struct('field', 'email', 'value', email),
            named_struct('field', 'phone', 'value', phone)
        ])
    from forms
),

said as (
    select
        lead_id,
        contact_id,
        source,
        dated_at,
        phone_country,
        pair['field'] as field,
        pair['value'] as value,
        lower(regexp_replace(btrim(nfkc(pair['value'])), '\s+', ' ', 'g')) as spelling
    from told
    where btrim(pair['value']) <> ''
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
