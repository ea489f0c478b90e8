with

given as (
    select email from entities.lead_records where email is not null
    union
    select email from entities.visitor_links where email is not null
),

read as (
    select
        email,
        email_part(email, 'address') as address,
        email_part(email, 'local') as local_part,
        email_part(email, 'domain') as domain
    from given
),

judged as (
    select
        read.*,
        split_part(read.local_part, '+', 1) as untagged,
        coalesce(domains.canonical_domain, read.domain) as key_domain,
        domains.ignores_dots,
        domains.ignores_tags,
        longest_suffix(
            concat('@', read.domain), (select string_agg(typed, '|') from reference.mail_typos)
        ) as typed,
        case when read.address is not null then coalesce(domains.kind, 'business') end as mailbox
    from read
    left join reference.mail_domains as domains on read.domain = domains.domain
),

-- A desk's mailbox, one that anybody can read and one that was typed to get past the form (test@test.com,
-- 123@qq.com) tie nobody.
keyed as (
    select
        judged.email,
        judged.address,
        judged.local_part,
        judged.domain,
        case when roles.local_part is null
            and judged.mailbox <> 'disposable'
            and not (
                placeholders.word is not null
                and (
                    judged.mailbox = 'free'
                    or split_part(judged.domain, '.', 1) = judged.untagged
                )
            ) then concat(
            case
                when judged.ignores_dots then replace(judged.untagged, '.', '')
                when judged.ignores_tags then judged.untagged
                else judged.local_part
            end,
            '@', judged.key_domain
        ) end as email_key,
        judged.mailbox,
        concat(
            left(judged.address, length(judged.address) - length(judged.typed)), typos.meant
        ) as suggestion,
        roles.local_part is not null as is_role
    from judged
    left join reference.role_mailboxes as roles on judged.untagged = roles.local_part
    left join reference.placeholders as placeholders on judged.untagged = placeholders.word
    left join reference.mail_typos as typos on judged.typed = typos.typed
)

select
    email,
    address,
    local_part,
    domain,
    email_key,
    mailbox,
    case when suggestion <> '' then suggestion end as suggestion,
    is_role
from keyed
