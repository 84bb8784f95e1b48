"""The triggers of revision 0001, as SQL.

BEFORE a row comes in or changes it is stamped; AFTER it changed or went, what it was goes to history (only then is
it known that the change took place, and a row that moves to another partition is one DELETE there and one INSERT).
Three settings, heeded only from who may create in the schema, its owner that is:
`repository.recorded_at` (a moment in the past, for every row),
`repository.backdate = row` (each row brings its own `recorded_at`), `repository.keep_stamps = on` (rows are
moved or re-stamped, not changed: no stamp, no history).
"""

FUNCTIONS = """
create function repository.stamp() returns trigger language plpgsql as $$
declare
  moment timestamptz := new.recorded_at;
begin
  if current_setting('repository.keep_stamps', true) = 'on' and has_schema_privilege('repository', 'CREATE') then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    new.recorded_at := old.recorded_at;
    new.recorded_in := old.recorded_in;
    if new is not distinct from old then
      return null;
    end if;
  end if;
  new.recorded_at := statement_timestamp();
  new.recorded_in := pg_current_xact_id();
  if current_setting('repository.backdate', true) = 'row' and has_schema_privilege('repository', 'CREATE') then
    new.recorded_at := least(moment, new.recorded_at);
  elsif current_setting('repository.recorded_at', true) <> '' and has_schema_privilege('repository', 'CREATE') then
    new.recorded_at := least(current_setting('repository.recorded_at')::timestamptz, new.recorded_at);
  end if;
  return new;
end $$;

create function repository.announce() returns trigger language plpgsql as $$
begin
  perform pg_notify('repository', '');
  return null;
end $$;

create function repository.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'TRUNCATE of %.% would go unseen by those who follow it', tg_table_schema, tg_table_name
    using hint = 'Use DELETE.', errcode = 'feature_not_supported';
end $$;
"""


def history(name: str, key: list[str], columns: list[str]) -> str:
    """The function that keeps what a row was. It runs as the schema's owner: who writes rows cannot forge the past."""
    kept = ", ".join([*columns, "recorded_at", "recorded_in"])
    old = ", ".join(f"old.{c}" for c in [*columns, "recorded_at", "recorded_in"])
    same = " and ".join(f"new.{k} = old.{k}" for k in key)
    return f"""
create function repository.keep_{name}() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  stays boolean := false;
  moment timestamptz := statement_timestamp();
begin
  if tg_op = 'UPDATE' then
    stays := {same};
    moment := new.recorded_at;
  end if;
  insert into repository.{name}_history ({kept}, replaced_at, replaced_in, operation)
  values ({old}, moment, pg_current_xact_id(), case when stays then 'UPDATE' else 'DELETE' end);
  return null;
end $$;
revoke execute on function repository.keep_{name}() from public;
"""  # noqa: S608  names of ours


def attach(name: str) -> str:
    """A plain INSERT is stamped by the columns' defaults; the trigger is called only where a row brings its own."""
    return f"""
create trigger stamp_new before insert on repository.{name} for each row
  when (new.recorded_in is distinct from pg_current_xact_id()
    or new.recorded_at is distinct from statement_timestamp()
    or current_setting('repository.recorded_at', true) <> '')
  execute function repository.stamp();
create trigger stamp_changed before update on repository.{name} for each row execute function repository.stamp();
create trigger keep after update or delete on repository.{name} for each row
  when (not (coalesce(current_setting('repository.keep_stamps', true), '') = 'on'
    and has_schema_privilege('repository', 'CREATE')))
  execute function repository.keep_{name}();
create trigger announce after insert or update or delete on repository.{name}
  for each statement execute function repository.announce();
{no_truncate(name)}"""


def no_truncate(name: str) -> str:
    return f"""
create trigger no_truncate before truncate on repository.{name}
  for each statement execute function repository.refuse();
"""
