-- Types the cases of typing.json into a second Neovim, key by key, and compares the texts that come out.
--
-- $WORKSPACE is a folder for the documents, $ONLY a word that the names of cases must have.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
_G.exits = {}
io.stdout:setvbuf('line')
local report = dofile(here .. '/report.lua')
local workspace = os.getenv('WORKSPACE')
local plan = vim.json.decode(table.concat(vim.fn.readfile(vim.fs.dirname(here) .. '/typing.json'), '\n'))

local TIMEOUT = 10000
local KEYS = { Enter = '<CR>', Tab = '<Tab>', Backspace = '<BS>', Escape = '<Esc>', ask = '<C-x><C-o>' }

local editor = vim.fn.jobstart(
  { os.getenv('NVIM_PROGRAM'), '--embed', '--headless', '-i', 'NONE', '-u', here .. '/type_init.lua' },
  { rpc = true }
)

--- Runs Lua in the editor that is typed into.
local function lua(code, ...)
  return vim.rpcrequest(editor, 'nvim_exec_lua', code, { ... })
end

local function wait(what, condition)
  if not vim.wait(TIMEOUT, condition, 2) then
    error(what .. ' did not happen', 0)
  end
end

local sent = 0
--- Presses keys and waits for all that they bring about.
local function press(keys)
  for key in vim.gsplit(keys:gsub('><', '>\0<'), '\0', { plain = true }) do
    sent = sent + 1
    vim.rpcrequest(editor, 'nvim_input', key)
    wait('taking ' .. key, function()
      return lua('return typist.keys') >= sent
    end)
  end
  lua('typist.settle(...)', sent, keys)
  wait('an answer after ' .. keys, function()
    return lua('return typist.settled') == sent
  end)
end

local function type_text(text)
  for _, character in ipairs(vim.fn.split(text, '\\zs')) do
    press(({ ['<'] = '<lt>', [' '] = '<Space>' })[character] or character)
  end
end

local function list_is_open()
  return lua('return vim.fn.pumvisible()') == 1
end

local function labels()
  return lua([[return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ 'items' }).items)]])
end

local function pick(label)
  local all = labels()
  if not (list_is_open() and vim.tbl_contains(all, label)) then
    error(('no `%s` in the list: %s'):format(label, list_is_open() and table.concat(all, ', ') or 'there is none'), 0)
  end
  repeat
    press('<C-n>')
    local selected = lua([[return vim.tbl_get(vim.fn.complete_info({ 'completed' }), 'completed', 'abbr') or '']])
  until selected == label
  press('<C-y>')
end

--- Presses Enter and brings the cursor to a column, for editors indent the new line as they like.
local function enter(column)
  press('<CR>')
  local function at()
    return lua('return vim.api.nvim_win_get_cursor(0)[2]')
  end
  while at() > column do
    press('<BS>')
  end
  while at() < column do
    press('<Space>')
  end
end

local function step(keys)
  local name, argument, column = keys:match('^<([%a ]-)>$'), keys:match('^<pick (.+)>$'), keys:match('^<Enter (%d+)>$')
  if argument then
    pick(argument)
  elseif column then
    enter(tonumber(column))
  elseif name == 'list' or name == 'no list' then
    if list_is_open() ~= (name == 'list') then
      error(name == 'list' and 'no list opened' or 'a list opened by itself: ' .. table.concat(labels(), ', '), 0)
    end
  elseif name == 'picture' then
    return
  elseif name then
    press(assert(KEYS[name], keys))
  else
    type_text(keys)
  end
end

--- Without the blanks at the ends of lines: editors differ in when they take their own indentation away.
local function tidy(text)
  return (text:gsub('[ \t]+\n', '\n'):gsub('[ \t]+$', ''))
end

local function open(path, text)
  local before = text:sub(1, text:find('|', 1, true) - 1)
  vim.fn.writefile(vim.split((text:gsub('|', '', 1)), '\n'), path)
  lua([[typist.said = ''; vim.v.errmsg = ''; vim.cmd.edit(...)]], path)
  wait('the start of the server', function()
    return lua([[local client = vim.lsp.get_clients({ bufnr = 0 })[1]; return client and client.initialized or false]])
  end)
  local lines = vim.split(before, '\n')
  lua('vim.api.nvim_win_set_cursor(0, { ... })', #lines, #lines[#lines])
  local at_end = lua('return #vim.api.nvim_get_current_line()') == #lines[#lines]
  press(at_end and 'A' or 'i')
end

local function run(case, number)
  local start = table.concat(plan.documents[case.document], '\n')
  open(('%s/%02d.asyncapi.%s'):format(workspace, number, case.document:match('^json') and 'json' or 'yaml'), start)
  for _, keys in ipairs(case.keys) do
    step(keys)
  end
  press('<Esc>')
  local said = lua([[return typist.said .. vim.v.errmsg]])
  local wanted = tidy((start:gsub('|', (table.concat(case.text, '\n'):gsub('%%', '%%%%')), 1)))
  local text = tidy(table.concat(lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n'))
  if text ~= wanted then
    error('the text is\n' .. vim.text.diff(wanted .. '\n', text .. '\n', { ctxlen = 1 }), 0)
  elseif said ~= '' then
    error('the editor complained: ' .. said, 0)
  end
end

local only = os.getenv('ONLY') or ''
for number, case in ipairs(plan.cases) do
  if (case.editor or 'neovim') == 'neovim' and case.name:find(only, 1, true) then
    local passed, why = pcall(run, case, number)
    report.check(case.name, passed, why)
    if not passed and not pcall(lua, [[vim.cmd('silent! stopinsert'); vim.snippet.stop()]]) then
      report.check('the editor can be driven', false)
      break
    end
  end
end
vim.fn.jobstop(editor)
report.finish()
