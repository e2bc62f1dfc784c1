-- What a user of a Neovim without `vim.lsp.enable` sees, with the lines of editors/neovim/README.md for it. Only
-- functions that this one has, too.
_G.exits = {}
local report = dofile(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/report.lua')
local check, wait = report.check, report.wait
vim.o.swapfile = false
vim.notify = function(message)
  report.line('     ' .. message)
end
vim.cmd('filetype plugin on')

local function open(name)
  vim.cmd.edit(os.getenv('WORKSPACE') .. '/' .. name)
  return vim.api.nvim_get_current_buf()
end

local function marked(d)
  return table.concat(vim.api.nvim_buf_get_text(d.bufnr, d.lnum, d.col, d.end_lnum, d.end_col, {}), '\n')
end

local function found(buffer, words)
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    if marked(d) == words then
      return d
    end
  end
end

local buffer = open('orders.asyncapi.yaml')
local ON = "'#/components/securitySchemes/acount'"
if not check('the finding is on the reference, and not more', wait(function()
  return found(buffer, ON) ~= nil
end)) then
  report.finish()
end
check('and says what is meant', found(buffer, ON).message:find('did you mean', 1, true) ~= nil)

local function ask(method)
  local answers = vim.lsp.buf_request_sync(buffer, method, vim.lsp.util.make_position_params(), 10000)
  local _, answer = next(answers or {})
  return answer and answer.result or {}
end

vim.fn.search('scramSha512')
check('a scheme type is explained', vim.inspect(ask('textDocument/hover')):find('SCRAM', 1, true) ~= nil)

vim.fn.search('acount')
vim.ui.select = function(all, _, choose)
  choose(all[1])
end
vim.lsp.buf.code_action()
local function has(words)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n'):find(words, 1, true) ~= nil
end
check('the fix makes the edit', wait(function()
  return has("'#/components/securitySchemes/account'")
end))
check('and the finding goes', wait(function()
  return #vim.diagnostic.get(buffer) == 0
end))

vim.fn.search('account:')
vim.lsp.buf.rename('broker')
check('a scheme is renamed where it is declared and used', wait(function()
  return has("securitySchemes/broker'") and has('    broker:')
end))

vim.fn.search('scramSha512', 'e')
local labels = vim.tbl_map(function(item)
  return item.label
end, ask('textDocument/completion').items or {})
check('types are offered', vim.tbl_contains(labels, 'scramSha512'), table.concat(labels, ', '))

vim.cmd('silent write')
local broken = open('broken.asyncapi.yaml')
check('a finding behind an umlaut and an emoji is on its text', wait(function()
  return found(broken, 'guests.example.com/.well-known/openid-configuration') ~= nil
end))
check('one server is enough for both', #vim.lsp.get_clients() == 1)
report.finish()
