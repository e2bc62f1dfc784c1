-- Drives Helix in a terminal of Neovim, as its user would, with the configuration of docs/start/helix.md.
--
-- $HELIX is its program, $WORKSPACE a folder with orders.asyncapi.yaml and broken.asyncapi.yaml to write to.
_G.exits = {}
io.stdout:setvbuf('line')
local report = dofile(vim.fs.joinpath(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)), '../neovim/report.lua'))
local check, wait = report.check, report.wait
local workspace = os.getenv('WORKSPACE')
local terminal, job

-- The key as terminals send it that tell it from the beginning of Alt and a letter.
local ESCAPE = '\27[27u'

local function path(name)
  return vim.fs.joinpath(workspace, name)
end

local function text_of(name)
  local file = io.open(path(name), 'rb')
  local text = file and file:read('*a')
  return text and file:close() and text
end

local function screen()
  return table.concat(vim.api.nvim_buf_get_lines(terminal, 0, -1, false), '\n')
end

local function open(name)
  terminal = vim.api.nvim_create_buf(false, true)
  -- Without a screen a window stays as it was, unless it floats. The size of the terminal is that of its window.
  vim.o.columns, vim.o.lines = 160, 50
  vim.api.nvim_open_win(terminal, true, { relative = 'editor', row = 0, col = 0, width = 160, height = 48 })
  local id
  id = vim.fn.jobstart({ os.getenv('HELIX'), path(name) }, {
    term = true,
    cwd = workspace,
    env = { TERM = 'xterm-256color' },
    on_exit = function(_, code)
      exits[id] = { code = code }
    end,
  })
  job = id
end

local function close()
  vim.fn.chansend(job, ESCAPE .. ESCAPE .. ':quit!\r')
  vim.wait(10000, function()
    return exits[job] ~= nil
  end, 5)
  local exit = exits[job]
  exits = {}
  return exit and exit.code
end

local function orders()
  return text_of('orders.asyncapi.yaml') or ''
end

local function finish()
  close()
  report.finish()
end

local function press(keys)
  vim.fn.chansend(job, keys)
end

local function shows(...)
  local all = { ... }
  return wait(function()
    local text = screen()
    return vim.iter(all):all(function(words)
      return text:find(words, 1, true) ~= nil
    end)
  end)
end

--- Checks what is to be, and tells what is if it is not.
local function check_or(name, passed, tell)
  return check(name, passed, not passed and tell() or nil)
end

--- Checks what is to be seen, and without it ends the test: the keys that follow would go anywhere.
local function must_show(name, ...)
  if not check_or(name, shows(...), screen) then
    finish()
  end
end

local marks = 0
--- What is selected, by a program that Helix hands it to.
local function selected()
  marks = marks + 1
  local name = 'selected-' .. marks
  press((':pipe-to cat > %s\r'):format(name))
  wait(function()
    return (text_of(name) or '') ~= ''
  end)
  return text_of(name)
end

--- Writes orders.asyncapi.yaml, which then has these words.
local function saved(words)
  -- By force, for Helix takes its own last write for that of another program if the next one follows at once.
  press(ESCAPE .. ':write!\r')
  return wait(function()
    return orders():find(words, 1, true) ~= nil
  end)
end

open('orders.asyncapi.yaml')
must_show('the finding stands behind its line', 'did you mean')
press(']d')
local on = selected()
check('on the reference, and not more', on == "'#/components/securitySchemes/acount'", vim.inspect(on))

press('/scramSha512\r k')
must_show('a scheme type is explained', 'SCRAM')
press(ESCAPE)

press('gg]d a')
must_show('a fix is offered', 'Write `#/components')
press('\r')
check_or('and makes the edit', saved("'#/components/securitySchemes/account'"), orders)

press('/account:\r r')
must_show('a new name is asked for', 'rename-to:')
press('\21broker\r')
check_or('a scheme is renamed where it is declared', saved('    broker:'), orders)
check_or('and where it is used', orders():find("securitySchemes/broker'", 1, true) ~= nil, orders)

press('/broker:\rO')
-- Tab would accept what is offered.
press('staff:\r  type: ')
must_show('the types of schemes are listed', 'userPassword', 'openIdConnect')
press('scramSha2')
must_show('fewer, the more is typed', 'scramSha256')
press('\14\r')
check_or('and one is accepted', saved('type: scramSha256'), orders)
check('it ends well', close() == 0)

open('broken.asyncapi.yaml')
must_show('a second document has findings', 'no scope is required')
-- In the last line, below what is shown.
press('ge]d')
on = selected()
check('one behind an umlaut and an emoji', on == 'guests.example.com/.well-known/openid-configuration', vim.inspect(on))
-- Hints are asked for anew when Helix shows another place.
press('gg')
must_show('a hint says what a client needs', 'needs OpenID Connect')
finish()
