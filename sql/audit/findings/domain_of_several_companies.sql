with

domains as (
    select *
    from identity.company_domains
    where kind = 'own' and companies > 1 and 2 * most_records < named_records
),

mentions as (
    select
        coalesce(mail_domain, site_domain) as domain,
        first_value(source order by contact_id) as source,
        min(contact_id) as contact_id
    from identity.company_mentions
    where coalesce(mail_domain, site_domain) is not null and starts_with(contact_id, 'lead:')
    group by coalesce(mail_domain, site_domain)
),

findings as (
    select
        mentions.source,
        'lead_records' as entity,
        substr(mentions.contact_id, 6) as entity_id,
        domains.domain as related_id,
        concat(
            'its domain is one account, and stands beside ', cast(domains.companies as text),
            ' companies in ', cast(domains.named_records as text), ' records, the commonest in ',
            cast(domains.most_records as text)
        ) as evidence
    from domains
    inner join mentions on domains.domain = mentions.domain
)

select * from findings
