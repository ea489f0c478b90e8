with

-- Test records and our own people are nobody's lead and are in no cluster.
contacts as (
    select
        members.contact_id,
        members.person_id,
        members.lead_id,
        contacts.kind,
        contacts.source_id,
        contacts.seen_at
    from identity.members as members
    inner join identity.contacts as contacts on members.contact_id = contacts.contact_id
    where contacts.kind <> 'conversion'
),

said as (
    select
        contacts.*,
        records.account_id,
        records.email,
        url_part(records.website, 'host') as site_host,
        records.company,
        records.source
    from contacts
    inner join entities.lead_records as records on contacts.source_id = records.record_id
    where contacts.kind = 'lead'
    union all
    select
        contacts.*,
        cast(null as text),
        links.email,
        cast(null as text),
        cast(null as text),
        links.source
    from contacts
    inner join entities.visitor_links as links on contacts.source_id = links.link_id
    where contacts.kind = 'form'
),

-- A desk's mailbox is nobody's, but its domain is the company's.
placed as (
    select
        said.contact_id,
        said.person_id,
        said.lead_id,
        accounts.account_id,
        case when mail_domains.kind = 'own' then emails.domain end as mail_host,
        case when mail_domains.kind = 'own' then mail_domains.domain end as mail_domain,
        case when site_domains.kind = 'own'
            then regexp_replace(said.site_host, '^www[0-9]*\.', '') end as site_host,
        case when site_domains.kind = 'own' then site_domains.domain end as site_domain,
        -- The code that stands in the name, not the one that others gave to a name.
        case when contains(names.normalised, lower(names.registration_code))
            then names.registration_code end as credit_code,
        case when not names.is_placeholder then said.company end as company,
        names.company_key,
        names.region,
        names.industry,
        case when not names.is_placeholder then names.branch end as branch,
        said.source,
        said.seen_at
    from said
    left join identity.account_members as accounts on said.account_id = accounts.account_record_id
    left join identity.emails as emails on said.email = emails.email
    left join identity.company_domains as mail_domains
        on registrable_domain(emails.domain) = mail_domains.domain
    left join identity.company_domains as site_domains
        on registrable_domain(said.site_host) = site_domains.domain
    left join identity.company_names as names on said.company = names.company
),

mentions as (
    select *
    from placed
    where account_id is not null
        or mail_domain is not null
        or site_domain is not null
        or company_key is not null
)

select * from mentions
