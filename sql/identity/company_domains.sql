with

-- Every place where a domain stands beside the name of a company, or could.
given as (
    select
        emails.domain as host,
        records.company
    from entities.lead_records as records
    inner join identity.emails as emails on records.email = emails.email
    union all
    select
        url_part(website, 'host'),
        company
    from entities.lead_records
    union all
    select
        url_part(website, 'host'),
        name
    from entities.accounts
    union all
    select
        emails.domain,
        cast(null as text)
    from entities.visitor_links as links
    inner join identity.emails as emails on links.email = emails.email
),

counted as (
    select
        registrable_domain(given.host) as domain,
        names.company_key,
        count(*) as records
    from given
    left join identity.company_names as names on given.company = names.company
    where registrable_domain(given.host) is not null
    group by registrable_domain(given.host), names.company_key
),

domains as (
    select
        domain,
        count(company_key) as companies,
        coalesce(max(records) filter (where company_key is not null), 0) as most_records,
        coalesce(sum(records) filter (where company_key is not null), 0) as named_records,
        sum(records) as records
    from counted
    group by domain
),

judged as (
    select
        domains.domain,
        case
            when known.kind is not null then known.kind
            when domains.companies >= limits.companies
                and cast(domains.most_records as double)
                    < limits.max_share * cast(domains.named_records as double)
                then limits.kind
            else 'own'
        end as kind,
        domains.companies,
        domains.most_records,
        domains.named_records,
        domains.records
    from domains
    left join reference.domain_limits as limits on limits.kind = 'shared'
    left join reference.mail_domains as known on domains.domain = known.domain
)

select * from judged
