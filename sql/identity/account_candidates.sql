with

fits as (
    select * from identity.account_fits
),

accounts as (
    select * from identity.accounts
),

rules as (
    select * from reference.account_rules
),

-- Whoever names a company below another is placed with it by what would place them with that one.
inherited as (
    select
        named.person_id,
        named.account_id,
        above.rule,
        min(above.contact_id) as contact_id
    from fits as named
    inner join accounts on named.account_id = accounts.account_id
    inner join fits as above
        on named.person_id = above.person_id
            and accounts.parent_account_id = above.account_id
    inner join rules on above.rule = rules.rule
    where named.rule = 'name' and rules.is_inherited
    group by named.person_id, named.account_id, above.rule
),

evidence as (
    select
        fits.person_id,
        fits.account_id,
        fits.rule,
        fits.contact_id,
        false as is_inherited
    from fits
    union all
    select
        inherited.person_id,
        inherited.account_id,
        inherited.rule,
        inherited.contact_id,
        true
    from inherited
    left anti join fits
        on inherited.person_id = fits.person_id
            and inherited.account_id = fits.account_id
            and inherited.rule = fits.rule
),

candidates as (
    select
        evidence.person_id,
        evidence.account_id,
        bit_or(1 << rules.place) as rules,
        first_value(evidence.rule order by rules.place desc) as rule,
        first_value(evidence.contact_id order by rules.place desc) as contact_id,
        string_agg(
            concat(rules.evidence, case when evidence.is_inherited then ' (of its parent)' end),
            '; ' order by rules.place desc
        ) as evidence
    from evidence
    inner join rules on evidence.rule = rules.rule
    group by evidence.person_id, evidence.account_id
),

placed as (
    select
        candidates.person_id,
        candidates.account_id,
        accounts.ultimate_parent_id,
        candidates.rules,
        candidates.rule,
        candidates.contact_id,
        candidates.evidence
    from candidates
    inner join accounts on candidates.account_id = accounts.account_id
)

select * from placed
